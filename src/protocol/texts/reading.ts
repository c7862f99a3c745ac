/** Why a file cannot be read, and what is odd about one that can. */
export const readingEn = {} as const;

export const readingZhCn: Readonly<Record<keyof typeof readingEn, string>> = {};
