export { type ExplorerOptions, type ExplorerPage, explorerPage } from './door.js';
export { type FiguresOptions, figuresParameters, figuresResponse, type InspectedDataset } from './server/figures.js';
export { type Download, type PreviewHooks, previewResponse } from './server/preview.js';
export { type Feature, type FormatFacts, features, type ParameterFacts, type Settings } from './shared/settings.js';
