## What an hour of work pays, and a living wage

pay-hour-title = An hour of work pays
pay-hour-how = Without breaks and waiting. Until 20 answers are accepted, it is told by the time that the service expects of one.
# $answers (String) - how many answers
# $seconds (String) - the time that one takes
pay-hour-seen = The middle one of the latest { $answers } accepted answers took { $seconds } seconds
# $seconds (String) - the time that one takes
pay-hour-expected = One answer is expected to take { $seconds } seconds
# $amount (String) - what one answer pays
# $hour (String) - what an hour pays
# $how (String) - how it is known
pay-hour-hint = { $amount } an answer is { $hour } an hour. { $how }, without breaks and waiting.
# $wages (String) - centres with their living wages
pay-hour-wages = Living wage: { $wages }.
below-wage = less than a living wage
# $hour (String) - what an hour pays
# $wage (String) - the living wage
# $centre (String) - the centre
below-wage-field = { $hour } an hour is less than a living wage at { $centre }, { $wage }. Raise the pay; otherwise an operator must say why it is right.
below-wage-reason = Why it is right to pay less than a living wage
below-wage-reason-hint = It stands in the record, and on the project's page. It holds until the pay is lowered or other centres are chosen.
below-wage-say = Let it start all the same
below-wage-by-operator = Ask whoever runs Kazi, or raise the pay.
below-wage-because = Less than a living wage, because:
project-starts-with-reason = This pays less than a living wage
living-wage = Living wage
living-wage-hint = What an hour must pay here for a decent life. Pay of projects is held against it.
living-wage-none = Nobody has said yet what a living wage is here.
living-wage-unknown = not known
# $wage (String) - the amount
living-wage-hour = { $wage } an hour
# $wage (String) - the amount
living-wage-elsewhere = { $wage } an hour: another currency than the pay
# $source (String) - who reckoned it
# $day (String) - of when it is
living-wage-by = { $source }, { $day }
wage-hour = For an hour, before deductions
wage-hour-hint = A month's wage, divided by the hours of a month of standard weeks.
wage-currency = Currency
wage-currency-hint = Three letters, such as KES.
wage-source = Whose figure it is
wage-source-hint = Such as the name of the report, with city or country.
wage-as-of = Of when it is
wage-as-of-hint = Such as September 2026. Look for a newer one after 15 months.
event-centre-living-wage = Living wage of a centre set
event-project-below-wage = Pay below a living wage allowed
