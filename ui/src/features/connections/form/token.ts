// How long a token is still good for, in words.
import { i18n } from "$lib/i18n";
import type { TokenInfo } from "$lib/ipc/generated";

export function tokenStanding(info: TokenInfo, now: number): { text: string; bad: boolean } {
  const { m, f } = i18n;
  const words = m.connections;
  if (info.claims === null) return { text: words.tokenOpaque, bad: false };
  if (info.notBefore !== null && info.notBefore > now) {
    return { text: words.tokenEarly({ at: f.moment(info.notBefore) }), bad: true };
  }
  if (info.expires === null) return { text: words.tokenEndless, bad: false };
  if (info.expires <= now) {
    const age = f.duration(now - info.expires);
    return { text: words.tokenOver({ at: f.moment(info.expires), age }), bad: true };
  }
  return { text: words.tokenValid({ left: f.duration(info.expires - now) }), bad: false };
}
