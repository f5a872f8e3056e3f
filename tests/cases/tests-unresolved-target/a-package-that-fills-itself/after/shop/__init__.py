from shop.totals import *
