/** Text as PostgreSQL can store it, and as tools read it from SQLite: U+FFFD in place of NUL. */
export function plainText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}
