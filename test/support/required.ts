export { skipWithout } from "@linli/testing";
