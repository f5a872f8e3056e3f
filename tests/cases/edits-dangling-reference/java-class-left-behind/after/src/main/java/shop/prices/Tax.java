package shop.prices;

public class Tax {
}
