// The formats a payload can be read in: their names and where they stand in the menu. Pure.
import { i18n } from "$lib/i18n";
import type { DecodeProblem, Format } from "$lib/ipc/generated";

/** One click away; the bytes as they came are among them. */
export const DIRECT: readonly Format[] = ["text", "hex", "base64"];
export const READABLE: readonly Format[] = ["json", "xml", "cbor", "messagePack", "sparkplug", "protobuf"];
/** What comes off first; then what is inside decides. */
export const PACKED: readonly Format[] = ["gzip", "zlib", "zstd", "brotli"];
export const ENCODED: readonly Format[] = ["utf16Le", "utf16Be", "latin1", "windows1252"];

export function formatName(format: Format): string {
  const { explore, decoders } = i18n.m;
  const names: Record<Format, string> = {
    json: "JSON",
    xml: "XML",
    text: explore.formatText,
    hex: explore.formatHex,
    base64: "Base64",
    messagePack: "MsgPack",
    cbor: "CBOR",
    sparkplug: "Sparkplug",
    protobuf: decoders.protobuf,
    image: explore.formatImage,
    empty: explore.formatEmpty,
    gzip: "gzip",
    zlib: "zlib",
    zstd: "zstd",
    brotli: "Brotli",
    utf16Le: "UTF-16 LE",
    utf16Be: "UTF-16 BE",
    latin1: "Latin-1",
    windows1252: "Windows-1252",
  };
  return names[format];
}

/** `gzip → JSON`: from the outside in. */
export function layeredName(layers: readonly Format[], inside: string): string {
  return [...layers.map(formatName), inside].join(" → ");
}

/** What could not be read as what, where and why, and whether the place counts in what was unpacked. */
export function problemWords({ decoder, offset, kind, unpacked }: DecodeProblem) {
  const { decoders } = i18n.m;
  const said = decoders.problems[kind];
  const detail = unpacked ? decoders.unpacked({ problem: said }) : said;
  return { format: formatName(decoder), offset, detail };
}
