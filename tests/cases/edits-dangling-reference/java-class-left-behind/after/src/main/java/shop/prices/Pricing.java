package shop.prices;

public class Pricing {
}
