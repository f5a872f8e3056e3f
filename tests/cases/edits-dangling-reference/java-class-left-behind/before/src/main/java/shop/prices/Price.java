package shop.prices;

public class Price {
}
