import tseslint from 'typescript-eslint';

/**
 * The direction of imports, innermost first. A folder may import the folders listed for it and itself;
 * `npm run lint` fails on any other arrow. Core folders know neither VS Code, the DOM nor Node.
 */
const layers = {
  stateDict: [],
  archive: [],
  pickle: [],
  torchNames: ['pickle'],
  checkpoint: ['archive', 'pickle', 'torchNames', 'stateDict'],
  safety: ['archive', 'pickle', 'torchNames', 'checkpoint', 'protocol'],
  checkpointWriter: ['checkpoint', 'pickle', 'torchNames', 'stateDict'],
  python: [],
  architecture: ['python', 'stateDict'],
  interpreter: ['stateDict'],
  compatibility: ['stateDict', 'architecture', 'interpreter'],
  protocol: [],
  outline: ['checkpoint', 'stateDict', 'protocol'],
};
const allCore = Object.keys(layers);
/** Folders that touch a platform, with what they may import. */
const shells = {
  pythonProcess: ['interpreter'],
  files: ['archive', 'python', 'checkpoint', 'checkpointWriter', 'compatibility'],
  worker: [...allCore, 'files'],
  views: [...allCore, 'files', 'worker', 'pythonProcess'],
  cli: [...allCore, 'files', 'pythonProcess'],
};
const everyFolder = [...allCore, ...Object.keys(shells)];

function boundary(folder, allowed, extraPatterns) {
  const forbidden = everyFolder.filter((other) => other !== folder && !allowed.includes(other));
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...forbidden.map((other) => ({
              group: [`**/../${other}`, `**/../${other}/**`],
              message: `src/${folder} may not import src/${other} (see ARCHITECTURE.md).`,
            })),
            ...extraPatterns,
          ],
        },
      ],
    },
  };
}

const noPlatform = {
  group: ['vscode', 'node:*', 'fs', 'path', 'os', 'child_process', 'worker_threads', 'buffer', 'zlib'],
  message: 'Core code knows neither VS Code nor Node; files come in through a port.',
};
const noVsCode = { group: ['vscode'], message: 'Only src/views and src/extension.ts touch VS Code.' };

export default tseslint.config(
  {
    ignores: [
      'src/platform.d.ts',
      'dist',
      'out',
      'node_modules',
      '.venv',
      '.cache',
      '.vscode-test',
      'test/output',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
    },
  },
  ...Object.entries(layers).map(([folder, allowed]) => boundary(folder, allowed, [noPlatform])),
  ...Object.entries(shells).map(([folder, allowed]) =>
    boundary(folder, allowed, folder === 'views' ? [] : [noVsCode]),
  ),
);
