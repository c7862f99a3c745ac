import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { CheckBoot } from '../protocol/checkPage';
import type { WebviewBoot } from '../protocol/messages';

/**
 * `@vscode/webview-ui-toolkit` inserts one empty `<style>`; this is the hash of the empty string, so that
 * no style but that one and our own sheet is allowed.
 */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The page of a webview: one script and one sheet of `dist/media`, and its start data as JSON. */
export function webviewPage(
  webview: vscode.Webview,
  mediaFolder: vscode.Uri,
  name: string,
  boot: WebviewBoot | CheckBoot,
): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(mediaFolder, `${name}.js`)).toString();
  const sheet = webview.asWebviewUri(vscode.Uri.joinPath(mediaFolder, `${name}.css`)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} ${emptyStyle}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(sheet)}">
</head>
<body>
<script id="boot" type="application/json">${jsonBlock(boot)}</script>
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

/** JSON that cannot end the block that it stands in. */
function jsonBlock(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
