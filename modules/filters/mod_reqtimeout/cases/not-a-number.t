--- conf
RequestReadTimeout header=20 body=long
--- conf error
body= takes a number of seconds, not 'long'
write body=20, or body=20-40,MinRate=500
