import type { en } from "../en";
import type { Translation } from "../words";
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

export const ko: Translation<typeof en> = {
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
