#!/usr/bin/env node
/** `molstream`: reads the command line, and turns whatever happens into an exit code and, if need be, one line. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { MolstreamError, messageOf } from '../../lib/errors.js';
import { EXIT, exitCodeOf, reportError } from './exit.js';
import { buildProgram, type Commands } from './program.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// Optimising RDKit takes some 20 MB in each thread that helps, which malloc keeps; with one it is done a moment later.
setFlagsFromString('--wasm-num-compilation-tasks=1');
// Unrolling RDKit's loops takes longer than it saves.
setFlagsFromString('--no-wasm-loop-unrolling');

// Loaded when asked for: what all of them need takes half a second.
const commands: Commands = {
  import: async (...given) => (await import('./import-command.js')).importCommand(...given),
  inspect: async (...given) => (await import('./inspect-command.js')).inspectCommand(...given),
  status: async (...given) => (await import('./status-command.js')).statusCommand(...given),
  verify: async (...given) => (await import('./verify-command.js')).verifyCommand(...given),
};

// A reader of our output that has seen enough (`| head`) is not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  reportError(new MolstreamError('OUTPUT_FAILED', `standard output cannot be written (${messageOf(error)})`));
  process.exit(EXIT.failed);
});
// Progress and complaints that nobody can be shown end no import.
process.stderr.on('error', () => undefined);

try {
  const program = buildProgram(version, process.env, commands, (code) => {
    process.exitCode = code;
  });
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said its line. Help and version are not errors.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    reportError(error);
    process.exitCode = exitCodeOf(error);
  }
}
