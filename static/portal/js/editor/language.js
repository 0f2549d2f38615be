// SQL as DuckDB reads it, for colours and completion; YAML for files.
import { SQLDialect } from "@codemirror/lang-sql";
import { yaml } from "@codemirror/lang-yaml";
import { functions, keywords, types } from "slipway/editor-words";

const spaced = (words) => words.trim().split(/\s+/).join(" ");

export const duckdb = SQLDialect.define({
  charSetCasts: true,
  operatorChars: "+-*/<>=~!@#%^&|`?",
  specialVar: "$",
  keywords: spaced(keywords),
  types: spaced(types),
  builtin: functions.join(" "),
});

export const language = (kind) => (kind === "yaml" ? yaml() : duckdb.language);
