// Loaded before a server that would listen on every interface: it listens on loopback alone, and
// says at which port: `port 12345`.
import { Server } from "node:net";

const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  this.once("listening", () => console.log(`port ${this.address().port}`));
  return listen.call(this, Number(port), "127.0.0.1", ...rest);
};
