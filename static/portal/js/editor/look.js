// How the editor looks: classes of our own sheet, so that both schemes follow the tokens.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: "sql-k" },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name), tags.typeName], class: "sql-f" },
  { tag: [tags.string, tags.special(tags.string)], class: "sql-s" },
  { tag: [tags.number, tags.bool, tags.null, tags.special(tags.name)], class: "sql-v" },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], class: "key-name" },
  { tag: tags.comment, class: "sql-c" },
]);

const nonce = document.querySelector("script[type=importmap]")?.nonce ?? "";

export const look = [
  syntaxHighlighting(colours),
  EditorView.cspNonce.of(nonce),
  EditorView.lineWrapping,
];
