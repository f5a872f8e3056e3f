import alpha from "./alpha";
import beta from "./beta";
import delta from "./delta";
import epsilon from "./epsilon";
import eta from "./eta";
import gamma from "./gamma";
import iota from "./iota";
import kappa from "./kappa";
import lambda_ from "./lambda_";
import mu from "./mu";
import theta from "./theta";
import zeta from "./zeta";

export const all = [alpha, beta, delta, epsilon, eta, gamma, iota, kappa, lambda_, mu, theta, zeta].length + 1;
