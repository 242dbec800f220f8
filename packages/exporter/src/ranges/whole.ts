/** Options of `exportItems` that need all records in one place, or code that others do not have. Such an export is not split. */
export const wholeOptions = ['map', 'filter', 'cell', 'maxRecords', 'beyondMaxRecords', 'columnLabels', 'columnOrder'] as const;
