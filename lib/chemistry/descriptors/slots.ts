import { DESCRIPTOR_COLUMNS, type DescriptorColumn } from '../columns.js';

/** Where the values of a descriptor family go: its place among the 43. */
export function slotOf(column: DescriptorColumn): number {
  return DESCRIPTOR_COLUMNS.indexOf(column);
}
