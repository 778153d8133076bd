const TOKENS = /^(?:\[[^\][\s]+\]|Br|Cl|[BCNOPSFIbcnops*]|[-=#$:/\\.~()<>]|%\d\d|%\(\d+\)|\d)+$/;
const ATOM = /[A-Za-z*\]]/;

/** Whether the text is made of nothing but the tokens of SMILES. Its grammar is not checked. */
export function looksLikeSmiles(text: string): boolean {
  return TOKENS.test(text) && ATOM.test(text);
}

/** Share of the texts, empty ones left out, that look like SMILES; 0 where all are empty. */
export function smilesShare(texts: readonly string[]): number {
  const given = texts.filter((text) => text !== '');
  return given.length === 0 ? 0 : given.filter(looksLikeSmiles).length / given.length;
}
