export declare function pages(): Map<string, string>;
