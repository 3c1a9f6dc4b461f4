import { charts } from "./charts";
import { common } from "./common";
import { connections } from "./connections";
import { decoders } from "./decoders";
import { errors } from "./errors";
import { explore } from "./explore";
import { failures } from "./failures";
import { history } from "./history";
import { packets } from "./packets";
import { payloadView } from "./payloadView";
import { publish } from "./publish";
import { reasons } from "./reasons";
import { recording } from "./recording";
import { retained } from "./retained";
import { search } from "./search";
import { session } from "./session";
import { settings } from "./settings";
import { shell } from "./shell";
import { storage } from "./storage";
import { stream } from "./stream";
import { timeMachine } from "./timeMachine";
import { transfer } from "./transfer";
import { treeTools } from "./treeTools";
import { units } from "./units";

/** The source of all messages. A key added here has to be added in Korean too, or nothing compiles. */
export const en = {
  charts,
  common,
  connections,
  decoders,
  errors,
  explore,
  failures,
  history,
  packets,
  payloadView,
  publish,
  reasons,
  recording,
  retained,
  search,
  session,
  settings,
  shell,
  storage,
  stream,
  timeMachine,
  transfer,
  treeTools,
  units,
};
