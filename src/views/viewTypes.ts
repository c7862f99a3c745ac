/** Opened by default: the file's name says that it is a checkpoint. */
export const defaultViewType = 'graftlens.checkpoint';
/** Offered in "Reopen With": names that checkpoints share with other files. */
export const optionViewType = 'graftlens.checkpointOption';
/** The predicted state_dict of a class of Python source. */
export const breakdownViewType = 'graftlens.breakdown';
