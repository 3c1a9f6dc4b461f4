import path from "node:path";
import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

const source = fileURLToPath(new URL("./ui/src", import.meta.url));

/** The part of the front end a file belongs to: ["lib"], ["features", "explore"], ["shell"], or null outside. */
function partOf(file) {
  const [top, second] = path.relative(source, file).split(path.sep);
  if (top === "features") return ["features", second];
  return top === "lib" || top === "shell" ? [top] : null;
}

function resolve(from, specifier) {
  if (specifier.startsWith("$")) return path.join(source, specifier.slice(1));
  return specifier.startsWith(".") ? path.resolve(path.dirname(from), specifier) : null;
}

/** shell → features → lib, and a feature never imports a feature. */
const boundaries = {
  meta: { type: "problem", schema: [], messages: { crossed: "{{from}} must not import {{to}}" } },
  create(context) {
    const check = (node) => {
      const from = partOf(context.filename);
      const target = node.source && resolve(context.filename, node.source.value);
      const to = target && partOf(target);
      if (!from || !to) return;
      const crossed =
        (from[0] === "lib" && to[0] !== "lib") ||
        (from[0] === "features" && (to[0] === "shell" || (to[0] === "features" && to[1] !== from[1])));
      if (crossed) {
        context.report({ node, messageId: "crossed", data: { from: from.join("/"), to: to.join("/") } });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const restricted = {
  paths: [{ name: "@lucide/svelte", message: "Import each icon by itself: @lucide/svelte/icons/copy." }],
  patterns: [{ group: ["@tauri-apps/*"], message: "Only ui/src/lib/ipc knows the desktop shell." }],
};

export default ts.config(
  { ignores: ["ui/dist/", "ui/src/lib/ipc/generated.ts", "target/", "node_modules/"] },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  {
    files: ["ui/**/*.{ts,svelte}"],
    languageOptions: { globals: globals.browser },
    plugins: { treetop: { rules: { boundaries } } },
    rules: {
      "treetop/boundaries": "error",
      "no-restricted-imports": ["error", restricted],
      "svelte/no-at-html-tags": "error",
      "svelte/require-each-key": "error",
      // A style attribute in markup is refused by the content security policy; style: directives are not.
      "no-restricted-syntax": [
        "error",
        {
          selector: "SvelteAttribute[key.name='style']",
          message: "Use a class or a style: directive; the content security policy refuses style attributes.",
        },
      ],
      eqeqeq: "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["ui/**/*.svelte", "ui/**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"] } },
    rules: { "prefer-const": "off", "svelte/prefer-const": ["error", { destructuring: "all" }] },
  },
  { files: ["ui/src/lib/ipc/**"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["eslint.config.js", "scripts/**", "tests/**", "ui/*.ts"],
    languageOptions: { globals: globals.node },
    // Output of terminals is full of escape characters.
    rules: { "no-control-regex": "off" },
  },
);
