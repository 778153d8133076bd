/** A module of CommonJS as compilers make them of ES modules. */
const compiled = { default: (items: readonly string[]) => items };

export = compiled;
