// Writes the compile cache while the process lives; preloaded when it is made, never measured.
import { flushCompileCache } from "node:module";

setInterval(flushCompileCache, 100).unref();
