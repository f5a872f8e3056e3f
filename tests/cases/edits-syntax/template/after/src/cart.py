def total(items):
{% if start %}
    result = {{ start }}
{% endif %}
    for item in items:
        result += item.price
    return result
