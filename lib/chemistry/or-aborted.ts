/** What `task` gives, or the reason of the first of the signals that is aborted: the task then goes on unheard. */
export function orAborted<T>(task: Promise<T>, ...signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const given = signals.filter((signal) => signal !== undefined);
    const abort = ({ target }: Event): void => reject((target as AbortSignal).reason);
    for (const signal of given) {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', abort);
    }
    task.then(resolve, reject).finally(() => {
      for (const signal of given) signal.removeEventListener('abort', abort);
    });
  });
}
