import zeta from "./zeta";
import theta from "./theta";
import mu from "./mu";
import lambda_ from "./lambda_";
import kappa from "./kappa";
import iota from "./iota";
import gamma from "./gamma";
import eta from "./eta";
import epsilon from "./epsilon";
import delta from "./delta";
import beta from "./beta";
import alpha from "./alpha";

export const all = [alpha, beta, delta, epsilon, eta, gamma, iota, kappa, lambda_, mu, theta, zeta].length + 2;
