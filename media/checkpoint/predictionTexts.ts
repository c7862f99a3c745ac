/** What a page says of a predicted model where it would speak of a file. */
export const predictionTexts: Readonly<Record<string, string>> = {
  'editor.cannotShow': 'prediction.cannotShow',
  'editor.details.empty': 'prediction.details.empty',
  'editor.noRows': 'prediction.noRows',
  'editor.opening': 'prediction.opening',
  'editor.outline': 'prediction.outline',
  'editor.partial': 'prediction.partial',
  'editor.reloaded': 'prediction.reloaded',
  'editor.stale': 'prediction.stale',
  'details.sharedWith': 'prediction.sharedWith',
};
