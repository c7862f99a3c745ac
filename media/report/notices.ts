import type { PageAction, PageNotice } from '../../src/protocol/checkPage';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { icon } from '../shared/icons';
import { messageText, text } from '../shared/texts';
import { placeLink } from './links';

interface NoticeActions {
  readonly onAction: (action: PageAction) => void;
  readonly onPlace: (file: string, line: number) => void;
}

/** What a person should know besides the numbers, each with what can be done about it. */
export function noticeList(notices: readonly PageNotice[], actions: NoticeActions): HTMLElement[] {
  if (notices.length === 0) return [];
  return [element('ul', 'notices', ...notices.map((notice) => noticeLine(notice, actions)))];
}

function noticeLine(notice: PageNotice, { onAction, onPlace }: NoticeActions): HTMLElement {
  const sentence = element('span', 'notice-text', messageText(notice.message));
  if (notice.place !== null) {
    const { file, line } = notice.place;
    sentence.append(
      ' ',
      placeLink(notice.place, () => onPlace(file, line)),
    );
  }
  const line = element('li', `notice ${notice.kind}`);
  if (notice.kind !== 'info') line.append(icon('warning'));
  line.append(sentence);
  for (const action of notice.actions) {
    line.append(button({ label: text(`report.action.${action}`), onClick: () => onAction(action) }));
  }
  return line;
}
