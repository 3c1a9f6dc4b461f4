import { call } from "$lib/ipc/call";
import { keepSecrets } from "$lib/secrets";

/** A client ID nobody else has. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(3));
  return `treetop-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Gives a saved connection a new client ID and connects with it. */
export async function connectAsNewClient(id: string): Promise<void> {
  const { profile } = await call("profile", { id });
  await call("profile_save", {
    profile: { ...profile, clientId: newClientId() },
    secrets: keepSecrets,
  });
  await call("connection_connect", { id });
}
