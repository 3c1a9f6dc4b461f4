/**
 * Lays JSON out with two spaces a level. It moves white space only: numbers such as 1.0 or 12345678901234567890
 * stay as they were typed, which parsing and printing would not guarantee.
 */
export function layOut(json: string): string {
  let out = "";
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  // A string, a mark, or a run of anything that is neither nor white space.
  const parts = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as string;
    if (part === "{" || part === "[") {
      const close = part === "{" ? "}" : "]";
      if (parts[at + 1] === close) {
        out += part + close;
        at++;
      } else {
        depth++;
        out += part + line();
      }
    } else if (part === "}" || part === "]") {
      depth = Math.max(0, depth - 1);
      out += line() + part;
    } else if (part === ",") out += part + line();
    else if (part === ":") out += ": ";
    else out += part;
  }
  return out;
}
