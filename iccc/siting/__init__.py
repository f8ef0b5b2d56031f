"""Sites of a city from a survey: rows of a spreadsheet, places from map links, devices from archetypes."""
