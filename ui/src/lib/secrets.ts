import type { SecretChanges } from "$lib/ipc/generated";

/** Saves a connection and leaves every stored secret as it is. */
export const keepSecrets: SecretChanges = {
  signIn: { kind: "keep" },
  key: { kind: "keep" },
  proxy: { kind: "keep" },
};
