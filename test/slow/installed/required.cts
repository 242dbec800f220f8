import serializers = require('@dataset-items/serializers/csv');
import datasetItems = require('dataset-items');

export const made: Promise<datasetItems.Export> = datasetItems.exportItems([{ a: 1 }], 'format=csv');
export const { mediaType } = serializers.csv;
