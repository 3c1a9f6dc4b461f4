import { charts } from "./charts";
import { common } from "./common";
import { connections } from "./connections";
import { errors } from "./errors";
import { explore } from "./explore";
import { failures } from "./failures";
import { packets } from "./packets";
import { publish } from "./publish";
import { reasons } from "./reasons";
import { retained } from "./retained";
import { session } from "./session";
import { settings } from "./settings";
import { shell } from "./shell";
import { transfer } from "./transfer";
import { units } from "./units";

/** The source of all messages. A key added here has to be added in Korean too, or nothing compiles. */
export const en = {
  charts,
  common,
  connections,
  errors,
  explore,
  failures,
  packets,
  publish,
  reasons,
  retained,
  session,
  settings,
  shell,
  transfer,
  units,
};
