/** A module that ends its thread while it is loaded. */
process.exit(4);
