/** RDKit for specs that count handles: every molecule and list that a call makes, until it is deleted. */
import rdkitPackage, { type MainModule, type Mol, type MolList } from '@rdkit/rdkit';

export interface CountedRdkit {
  readonly module: MainModule;
  /** Handles that were made and not deleted yet. */
  live(): number;
}

let loading: Promise<MainModule> | undefined;

export async function countedRdkit(): Promise<CountedRdkit> {
  loading ??= rdkitPackage.default();
  const module = await loading;
  const handles = new Set<object>();
  const count = <T extends { delete(): void } | null>(handle: T): T => {
    if (handle === null) return handle;
    const remove = handle.delete.bind(handle);
    handles.add(handle);
    handle.delete = () => {
      handles.delete(handle);
      remove();
    };
    return handle;
  };
  const countMol = (mol: Mol | null): Mol | null => {
    if (mol === null) return null;
    const frags = mol.get_frags.bind(mol);
    mol.get_frags = () => {
      const taken = frags() as { molList: MolList; mappings: string };
      const at = taken.molList.at.bind(taken.molList);
      taken.molList.at = (index) => countMol(at(index));
      count(taken.molList);
      return taken;
    };
    return count(mol);
  };
  const counted: MainModule = Object.create(module, {
    get_mol: { value: (...args: Parameters<MainModule['get_mol']>) => countMol(module.get_mol(...args)) },
    get_qmol: { value: (text: string) => countMol(module.get_qmol(text)) },
  });
  return { module: counted, live: () => handles.size };
}
