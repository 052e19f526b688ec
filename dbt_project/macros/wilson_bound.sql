{# Wilson's 95 % score interval of a share; bound is low or high. NULL where there were no trials or the successes aren't known.
   The ends are clamped because rounding leaves a share of 0 or 1 a hair outside [0, 1]. #}
{% macro wilson_bound(bound, successes, trials) -%}
    {%- set z = 1.959964 -%}
    {%- set sign = '-' if bound == 'low' else '+' -%}
    case
        when {{ trials }} > 0 and {{ successes }} is not null
            then
                least(
                    1.0,
                    greatest(
                        0.0,
                        (
                            {{ successes }} + {{ z * z / 2 }}
                            {{ sign }} {{ z }} * sqrt(
                                cast({{ successes }} as double) * ({{ trials }} - {{ successes }}) / {{ trials }} + {{ z * z / 4 }}
                            )
                        ) / ({{ trials }} + {{ z * z }})
                    )
                )
    end
{%- endmacro %}
