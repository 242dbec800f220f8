export * from '@dataset-items/exporter';
export * from '@dataset-items/http';
export * from '@dataset-items/query-pipeline';
export * from '@dataset-items/serializers';
export * from '@dataset-items/sources';
