/** Counts the objects of an RDKit instance that were made and not yet deleted. */
import type { MainModule } from '@rdkit/rdkit';

interface Handle {
  isDeleted(): boolean;
}

/** From now on, whatever function of the module or method of its classes gives out a handle, the handle is counted. */
export function trackHandles(module: MainModule): { live(): number; made(): number } {
  const handles: Handle[] = [];
  wrap(module as unknown as Record<string, unknown>, handles);
  for (const value of Object.values(module)) {
    if (typeof value === 'function' && value.prototype) wrap(value.prototype as Record<string, unknown>, handles);
  }
  return { live: () => handles.filter((handle) => !handle.isDeleted()).length, made: () => handles.length };
}

function wrap(owner: Record<string, unknown>, handles: Handle[]): void {
  for (const [name, value] of Object.entries(owner)) {
    if (typeof value !== 'function' || !/^(get_|copy$|run_reactants|at$|next$|pop$|molzip)/.test(name)) continue;
    const counted = function (this: unknown, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(value, this, args);
      if (isHandle(result)) handles.push(result);
      return result;
    };
    // Overloads are looked up on the function by the name under which it was called.
    owner[name] = Object.assign(counted, value);
  }
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'isDeleted' in value && 'delete' in value;
}
