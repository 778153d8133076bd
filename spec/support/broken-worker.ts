/** A worker of the pool that fails before it can be asked anything. */
throw new Error('this module is broken');
