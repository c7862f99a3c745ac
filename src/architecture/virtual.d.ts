/** Python texts that the build embeds, by path: see scripts/bundles.mjs. */
declare module 'virtual:catalogue' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
declare module 'virtual:library' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
