/** The packed syntax of Python texts that the build embeds, by path: see scripts/bundles.mjs. */
declare module 'virtual:catalogue' {
  const modules: Readonly<Record<string, string>>;
  export default modules;
}
declare module 'virtual:library' {
  const modules: Readonly<Record<string, string>>;
  export default modules;
}
