MaxRequestWorkers beyond ServerLimit is corrected with a warning that says both.

--- conf
ServerLimit 10
MaxRequestWorkers 100
--- conf warning
~ MaxRequestWorkers.*100.*ServerLimit.*10
