{#- Money of a currency on a date in the reporting currency; `rate` is the alias of the exchange_rate_join.
    Where no rate is known on or before the date, the run stops and says which is missing. -#}
{%- macro to_reporting(amount, currency, date, rate='exchange_rate') -%}
    case
        when {{ amount }} is null then null
        when {{ rate }}.rate_to_reporting is null
            then cast({{ stop_with(
                "'exchange_rates has no rate for ' || " ~ currency ~ " || ' on or before ' || cast(" ~ date
                ~ " as " ~ dbt.type_string() ~ ") || ': add a row to the seed exchange_rates'"
            ) }} as decimal(24, 6))
        else cast(
            cast({{ amount }} as decimal(24, 6)) * {{ rate }}.rate_to_reporting as decimal(24, 6)
        )
    end
{%- endmacro -%}

{#- The last rate on or before a date, as a join to canonical_exchange_rates. -#}
{%- macro exchange_rate_join(rates, currency, date, rate='exchange_rate') -%}
    left join {{ rates }} as {{ rate }}
        on {{ rate }}.currency = {{ currency }}
        and {{ rate }}.valid_from <= {{ date }}
        and {{ rate }}.valid_to_or_end > {{ date }}
{%- endmacro -%}

{#- A missing currency is the reporting currency. -#}
{%- macro currency_or_reporting(currency) -%}
    coalesce(upper(trim({{ currency }})), '{{ var("reporting_currency") }}')
{%- endmacro -%}
